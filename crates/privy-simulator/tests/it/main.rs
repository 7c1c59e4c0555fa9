//! Every rule of the simulator, over real sockets.
