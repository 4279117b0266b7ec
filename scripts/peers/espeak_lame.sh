#!/bin/sh
# A session as SSML, spoken by eSpeak NG and encoded by LAME: espeak_lame.sh SESSION.ssml OUT.mp3
espeak-ng -m -s 122 --stdin --stdout < "$1" | lame --quiet -b 64 - "$2"
