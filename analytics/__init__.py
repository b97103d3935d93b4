"""Clinical derivations and statistics: typed frames and a protocol in, frames and figures out."""
