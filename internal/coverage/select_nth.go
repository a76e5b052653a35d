package coverage

// selectNth orders a list so far that no key before the n-th is above it, and no
// key after it below.
func selectNth[T any](list []T, n int, key func(*T) float64) {
	for lo, hi := 0, len(list)-1; lo < hi; {
		pivot := median(key(&list[lo]), key(&list[(lo+hi)/2]), key(&list[hi]))
		i, j := lo, hi
		for i <= j {
			for key(&list[i]) < pivot {
				i++
			}
			for key(&list[j]) > pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return
		}
	}
}

func median(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
