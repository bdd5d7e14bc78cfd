package lab

// The marks of lab/init.
const (
	EndMark     = "# end"          // the last line of Output.Data, if it is whole
	FailureMark = "hpmc: failed: " // before an error, on the console
)
