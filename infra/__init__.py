"""What surrounds the functions: template, packaging, programme, the local AWS."""
