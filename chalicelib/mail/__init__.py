"""What participants and organisers are told: composed, with its calendar file, sent once."""
