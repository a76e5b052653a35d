package needmap

// CheckFreeTextWith is CheckFreeText with another search for personal data.
var CheckFreeTextWith = checkFreeText
