"""The command line: ``massctl``. Every command lives in a module of its own, imported only when it is asked for.

Only the table of commands lives here. Standard output is data, standard error is narration; how errors end a command stands in
``massctl.cli.group``. No session logic lives in this room.
"""

from __future__ import annotations

import sys

import click

from massctl import __version__
from massctl.cli.group import LazyCommand, LazyGroup

COMMANDS = (
    LazyCommand("demo", "massctl.cli.demo:demo", "Run", "Watch a whole program on the simulated bench."),
    LazyCommand("run", "massctl.cli.run:run", "Run", "Run a release program."),
    LazyCommand("drive", "massctl.cli.drive:drive", "Run", "Run the massager freely on one point, within its limits."),
    LazyCommand("again", "massctl.cli.again:again", "Run", "Repeat the last session."),
    LazyCommand("stop", "massctl.cli.stop:stop", "Run", "Stop everything that can be reached, now."),
    LazyCommand("points", "massctl.cli.points:points", "Find", "Find trigger points: by where it hurts, muscle, tool."),
    LazyCommand("programs", "massctl.cli.programs:programs", "Find", "Find programs: by cause, time, tool; show one."),
    LazyCommand("devices", "massctl.cli.devices:devices", "Devices", "Find, remember and measure your devices."),
    LazyCommand("mqtt", "massctl.cli.mqtt:mqtt", "Devices", "Tell a broker and Home Assistant; take a stop from them."),
    LazyCommand(
        "person", "massctl.cli.person:person", "Person", "Answer the health questions once; see what they mean."
    ),
    LazyCommand("history", "massctl.cli.history:history", "Records", "List past sessions; show one."),
    LazyCommand("check", "massctl.cli.check:check", "Check", "Check program files against the safety rules."),
    LazyCommand("doctor", "massctl.cli.doctor:doctor", "Check", "Prove that everything stops; measure a massager."),
    LazyCommand("why", "massctl.cli.why:why", "Check", "Explain a safety rule, such as F10."),
    LazyCommand(
        "completion", "massctl.cli.completion:completion", "Check", "Print shell completion for bash, zsh or fish."
    ),
)

HELP = """Run trigger point release programs on a percussion massager, with a force sensor and a timer.

A wellness and hobby controller, not a medical device. In every run: space pauses, Esc stops, and massctl stops by itself when
in doubt. Keep the massager's own switch within reach."""

EXAMPLES = (
    ("massctl", "the dashboard, for everything below and more"),
    ("massctl --sim", "the same on simulated devices"),
    ("massctl demo", "a whole run, no hardware needed"),
    ("massctl points --hurts head_temple", "which points can cause that"),
    ("massctl run tech-neck --sim", "run one on the simulated bench"),
    ("massctl devices scan", "which devices are there"),
    ("massctl run tech-neck --massager serial:///dev/ttyUSB0", "run it for real"),
)


@click.group(
    cls=LazyGroup,
    commands_table=COMMANDS,
    examples=EXAMPLES,
    help=HELP,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="massctl", message="%(prog)s %(version)s")
@click.option("--sim", "is_simulated", is_flag=True, help="Open the dashboard on simulated devices.")
@click.pass_context
def main(context: click.Context, *, is_simulated: bool) -> None:
    """Open the dashboard when no command is named; without a terminal, print the help."""
    if context.invoked_subcommand is not None:
        if is_simulated:
            command = context.invoked_subcommand
            raise click.UsageError(f"--sim before a command opens nothing: write 'massctl {command} … --sim'.")
    elif sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty():
        from massctl.cli.dashboard import open_dashboard  # noqa: PLC0415 - textual is loaded only for the dashboard

        context.exit(open_dashboard(is_simulated=is_simulated))
    else:
        click.echo(context.get_help())
