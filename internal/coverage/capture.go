package coverage

import "math"

// Chapman estimates how many there are in all, those that nobody saw included, from
// what two channels saw: first by one, second by the other, both by the two. It
// takes the channels to be independent, everybody to be as likely to be seen as the
// next, and nobody to be counted twice. It is false when a number is negative or
// both is more than a channel saw.
func Chapman(first, second, both int) (estimate, standardError float64, ok bool) {
	if first < 0 || second < 0 || both < 0 || both > min(first, second) {
		return 0, 0, false
	}
	a, b, m := float64(first), float64(second), float64(both)
	estimate = (a+1)*(b+1)/(m+1) - 1
	// Factor by factor, as the product of large numbers would overflow.
	variance := (a + 1) / (m + 1) * ((b + 1) / (m + 1)) * (a - m) * ((b - m) / (m + 2))
	return estimate, math.Sqrt(variance), true
}
