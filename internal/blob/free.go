package blob

// Free is how many bytes of the disk are free, the reserve left out; 0 when the reserve is touched.
func (d *Dir) Free() (int64, error) {
	free, err := d.opt.Free(d.root)
	return max(0, free-d.opt.Reserve), err
}
