"""Words to audio: engines behind one protocol, pronunciation, and the cache every phrase passes through."""
