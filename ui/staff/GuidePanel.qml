pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// The floor guide takes a ticket for a visitor, prints one again, or changes what it is for.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var guide: panel.face.guide

    spacing: 12

    Words {
        text: "番号札を出す"
        strong: true
        font.pixelSize: 20
        Accessible.role: Accessible.Heading
    }
    Choices {
        model: panel.model
        controls: panel.guide.groups
        columns: 3
        plateHeight: 51
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: 1
        color: Tone.rule
    }
    Choices {
        model: panel.model
        controls: panel.guide.services
        columns: 3
        plateHeight: 47
    }
    Item {
        Layout.fillHeight: true
    }
    Choices {
        model: panel.model
        controls: panel.guide.languages
        columns: 3
        plateHeight: 47
    }
    Words {
        Layout.fillWidth: true
        // Its place is kept, so that nothing moves when the answer comes.
        Layout.preferredHeight: 36
        text: panel.face.said ?? ""
        strong: true
        font.pixelSize: 22
        minimumPixelSize: 16
        fontSizeMode: Text.HorizontalFit
        color: Tone.ok
        Accessible.role: Accessible.AlertMessage
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: 12
        ConsolePlate {
            Layout.fillWidth: true
            Layout.preferredWidth: 284
            Layout.preferredHeight: 99
            control: panel.guide.issue
            go: true
            keyFirst: true
            noteBelow: true
            centred: false
            leftPadding: 22
            textSize: 32
            noteSize: 16
            capSide: 32
            onChosen: id => panel.model.press(id)
        }
        Repeater {
            model: [panel.guide.reprint, panel.guide.change, panel.guide.pad]
            ConsolePlate {
                required property var modelData
                Layout.fillWidth: true
                Layout.preferredWidth: 144
                Layout.preferredHeight: 99
                control: modelData
                keyFirst: true
                leftPadding: 6
                rightPadding: 6
                textSize: 16
                onChosen: id => panel.model.press(id)
            }
        }
    }
}
