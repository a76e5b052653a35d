//go:build race

package server_test

// slowdown is how much longer the race detector lets things take.
const slowdown = 10
