pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// The day in figures, who must be looked after, and what can be done about slots.
ColumnLayout {
    id: part

    required property var model
    required property var side
    readonly property var told: part.side.told ?? []
    readonly property var notes: part.side.notes ?? []
    readonly property var ahead: part.side.ahead ?? []
    readonly property var acts: part.side.acts ?? []
    readonly property int rowHeight: 59

    spacing: 6

    Repeater {
        model: 4
        RowLayout {
            id: fact
            required property int index
            visible: fact.index < part.told.length
            readonly property var value: part.told[fact.index] ?? ({})
            Layout.fillWidth: true
            spacing: 6
            Accessible.role: Accessible.StaticText
            Accessible.name: [fact.value.name, fact.value.value, fact.value.note].join("　")
            Words {
                text: fact.value.name ?? ""
                color: Tone.ink2
                Accessible.ignored: true
            }
            Item {
                Layout.fillWidth: true
            }
            Words {
                text: fact.value.note ?? ""
                font.pixelSize: 14
                color: Tone.ink2
                Accessible.ignored: true
            }
            Words {
                Layout.minimumWidth: 52
                horizontalAlignment: Text.AlignRight
                text: fact.value.value ?? ""
                strong: true
                font.pixelSize: 22
                lineHeight: 0.8
                Accessible.ignored: true
            }
        }
    }
    Repeater {
        model: 4
        Words {
            visible: text !== ""
            required property int index
            Layout.fillWidth: true
            text: part.notes[index] ?? ""
            font.pixelSize: 14
            lineHeight: 0.95
            wrapMode: Text.Wrap
            Accessible.role: Accessible.AlertMessage
        }
    }
    Words {
        Layout.topMargin: 2
        visible: text !== ""
        text: part.side.ahead_title ?? ""
        strong: true
        color: Tone.care
        Accessible.role: Accessible.Heading
    }
    Item {
        id: room
        Layout.fillWidth: true
        Layout.fillHeight: true
        Repeater {
            model: part.ahead.length
            ConsolePlate {
                required property int index
                visible: (index + 1) * part.rowHeight <= room.height + 4
                y: index * part.rowHeight
                width: room.width
                height: part.rowHeight - 4
                centred: false
                noteBelow: true
                control: part.ahead[index] ?? ({})
                onChosen: id => part.model.press(id)
            }
        }
    }
    GridLayout {
        Layout.fillWidth: true
        columns: 2
        rowSpacing: 8
        columnSpacing: 8
        Repeater {
            model: 4
            ConsolePlate {
                required property int index
                Layout.fillWidth: true
                Layout.preferredWidth: 100
                Layout.preferredHeight: 47
                leftPadding: 6
                rightPadding: 6
                control: part.acts[index] ?? ({})
                keyFirst: true
                noteBelow: true
                onChosen: id => part.model.press(id)
            }
        }
    }
}
