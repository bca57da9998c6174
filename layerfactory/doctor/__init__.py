"""Whether all is there that hosting layers takes: probes that look, and judges that say."""
