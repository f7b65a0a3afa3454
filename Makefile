# The launcher does the work (`python3 dev.py help`); arguments go into ARGS: make test ARGS="-k plate".
ARGS ?=

demo up test lint fmt shell psql bench storm lock stop clean:
	@python3 dev.py $@ $(ARGS)

.PHONY: demo up test lint fmt shell psql bench storm lock stop clean
