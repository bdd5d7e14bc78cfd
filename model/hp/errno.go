package hp

// Errno is what a kernel function returns: 0 or an error. The kernel returns the error's negative, and
// that is how it is shown.
type Errno int

// The errors that hotplug paths return. The values are the model's own; One is the 1 that device_online
// returns when there is nothing to do.
const (
	OK Errno = iota
	One
	EPERM
	EAGAIN
	ENOMEM
	EBUSY
	ENODEV
	EINVAL
	ENOSPC
	EIO
	ECANCELED
	EACCES
	EOPNOTSUPP
)
