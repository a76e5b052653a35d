package coverage

// Shrink is what both smoothings do to one rate, with mean and variance given.
var Shrink = shrink
