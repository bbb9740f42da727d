"""The staff console: a face that shows StaffView and sends StaffAct, and keeps nothing that matters."""
