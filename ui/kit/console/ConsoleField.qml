pragma ComponentBehavior: Bound
import QtQuick

// One line to type in. Its label stands above it, outside, and is also its accessible name.
FocusScope {
    id: field

    property string label: ""
    property alias text: input.text
    property alias font: input.font
    property alias maximumLength: input.maximumLength
    property alias echoMode: input.echoMode
    property alias passwordCharacter: input.passwordCharacter
    property alias inputMethodHints: input.inputMethodHints

    signal accepted
    signal textEdited

    function clear(): void {
        input.clear();
    }

    implicitHeight: 48
    implicitWidth: 320

    Rectangle {
        visible: input.activeFocus
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
    TextInput {
        id: input
        anchors.fill: parent
        leftPadding: 14
        rightPadding: 14
        focus: true
        activeFocusOnTab: true
        clip: true
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
        onAccepted: field.accepted()
        onTextEdited: field.textEdited()
    }
}
