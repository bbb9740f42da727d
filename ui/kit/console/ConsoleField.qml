pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// One line to type in. Its label stands above it, outside, and is also its accessible name.
T.TextField {
    id: field

    property string label: ""

    implicitHeight: 48
    implicitWidth: 320
    leftPadding: 14
    rightPadding: 14
    color: Tone.ink
    selectionColor: Tone.act
    selectedTextColor: "white"
    font.family: Tone.family
    font.pixelSize: 22
    verticalAlignment: TextInput.AlignVCenter
    Accessible.role: Accessible.EditableText
    Accessible.name: field.label
    Accessible.description: field.label
    Accessible.passwordEdit: field.echoMode === TextInput.Password

    background: Item {
        Rectangle {
            visible: field.activeFocus
            anchors.fill: parent
            anchors.margins: -5
            radius: 12
            color: Tone.focus
            border.color: "black"
            border.width: 3
        }
        Rectangle {
            anchors.fill: parent
            radius: 8
            color: Tone.surface
            border.width: 2
            border.color: Tone.edge
        }
    }
}
