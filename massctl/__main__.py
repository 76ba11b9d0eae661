"""``python -m massctl``: the same as the command ``massctl``."""

from massctl.cli import main

if __name__ == "__main__":
    main(prog_name="massctl")
