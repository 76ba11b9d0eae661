"""MQTT: a bridge from sessions and devices to a broker, and Home Assistant's discovery; no session logic lives here."""
