//go:build !race

package server_test

// slowdown is how much longer things take than in the server: not at all.
const slowdown = 1
