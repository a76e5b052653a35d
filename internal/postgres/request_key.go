package postgres

import "context"

// ForgetRequests forgets idempotency keys that are older than 30 days, and gives
// how many there were. A server does so when it starts and every hour.
func (s *Store) ForgetRequests(ctx context.Context) (int, error) {
	forgotten := 0
	err := s.get(ctx, sqlForgetKeys, nil, &forgotten)
	return forgotten, err
}
