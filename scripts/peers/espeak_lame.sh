#!/bin/sh
# Speak a session in SSML with eSpeak NG, and encode it with LAME: espeak_lame.sh SESSION.ssml OUT.mp3
espeak-ng -m -s 122 --stdin --stdout < "$1" | lame --quiet -b 64 - "$2"
