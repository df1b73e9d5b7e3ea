"""Infrastructure around the functions: template, packaging, programme, the local AWS."""
