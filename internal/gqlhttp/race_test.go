//go:build race

package gqlhttp_test

// slowdown is how much longer the race detector lets things take.
const slowdown = 10
