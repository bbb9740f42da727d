pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Plates of equal width, of which one is picked.
GridLayout {
    id: choices

    required property var model
    property var controls: []
    property int plateHeight: 47

    Layout.fillWidth: true
    rowSpacing: 10
    columnSpacing: 10

    Repeater {
        model: choices.controls.length
        ConsolePlate {
            required property int index
            Layout.fillWidth: true
            Layout.preferredWidth: 60
            Layout.preferredHeight: choices.plateHeight
            leftPadding: 4
            rightPadding: 4
            control: choices.controls[index] ?? ({})
            onChosen: id => choices.model.press(id)
        }
    }
}
