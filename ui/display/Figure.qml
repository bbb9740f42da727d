pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// A text inside a cell whose whole is already said by the cell's own name.
Words {
    Accessible.ignored: true
}
