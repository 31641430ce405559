"""The founding study's steps, one module each, named as docs/method names them."""
