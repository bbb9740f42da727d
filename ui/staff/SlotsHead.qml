pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Which group, which day, which hours.
RowLayout {
    id: head

    required property var model
    required property var slots
    readonly property var shown: head.slots.head ?? ({})
    readonly property var groups: head.shown.groups ?? []

    spacing: 8

    Repeater {
        model: head.groups.length
        ConsolePlate {
            required property int index
            control: head.groups[index] ?? ({})
            implicitHeight: 40
            onChosen: id => head.model.press(id)
        }
    }
    Words {
        Layout.leftMargin: 4
        visible: head.groups.length < 5
        text: head.shown.name ?? ""
        strong: true
        font.pixelSize: 20
        Accessible.role: Accessible.Heading
    }
    Item {
        Layout.fillWidth: true
    }
    Words {
        text: head.shown.today ?? ""
        visible: text !== ""
        color: Tone.ink2
    }
    Words {
        text: [head.shown.day ?? "", head.slots.hours ?? ""].join("　")
        strong: true
        font.pixelSize: 20
        Accessible.role: Accessible.Heading
    }
    Repeater {
        model: 3
        ConsolePlate {
            required property int index
            visible: (head.slots.moves ?? []).length > 0
            control: (head.slots.moves ?? [])[index] ?? ({})
            implicitHeight: 40
            onChosen: id => head.model.press(id)
        }
    }
    Repeater {
        model: ["previous", "next", "days"]
        ConsolePlate {
            required property string modelData
            required property int index
            Layout.leftMargin: index === 0 ? 16 : 0
            control: head.shown[modelData] ?? ({})
            implicitHeight: 40
            keyFirst: true
            onChosen: id => head.model.press(id)
        }
    }
}
