"""llama.cpp's own server, the C++ one, as the xllamacpp package has it: listens on 127.0.0.1 until it is killed.

Usage: llama_server.py MODEL SLOTS CONTEXT
"""

import signal
import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_parallel = int(sys.argv[2])
params.n_ctx = params.n_parallel * int(sys.argv[3])
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
params.hostnames = ["127.0.0.1"]
params.port = 0
server = xllamacpp.Server(params)
signal.pause()
