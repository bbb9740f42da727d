pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Lanes one below the other by the hour, the line of now across them, and what the forms mean.
Item {
    id: grid

    required property var model
    required property var slots
    readonly property var lanes: grid.slots.lanes ?? []
    readonly property var axis: grid.slots.axis ?? []
    readonly property var now: grid.slots.now ?? ({
            "x": -1,
            "text": ""
        })
    readonly property var pages: grid.slots.pages ?? null
    readonly property bool compared: grid.slots.mode === "compared"
    readonly property int labels: 120
    readonly property int above: 26
    readonly property int below: 30
    readonly property real strip: grid.width - grid.labels - 8
    readonly property real pitch: grid.lanes.length === 0 ? 0 : Math.min((grid.height - grid.above - grid.below) / grid.lanes.length, 132)

    Accessible.role: Accessible.Grouping
    Accessible.name: "時間割"

    Repeater {
        model: grid.axis.length
        Words {
            required property int index
            readonly property var mark: grid.axis[index] ?? ({
                    "x": 0,
                    "text": ""
                })
            readonly property bool hidden: grid.now.x >= 0 && Math.abs(mark.x - grid.now.x) * grid.strip < 70
            x: grid.labels + Math.min(mark.x * grid.strip, grid.strip + 8 - implicitWidth)
            height: 22
            text: mark.text
            font.pixelSize: 14
            color: Tone.ink2
            visible: !hidden
            Accessible.ignored: true
        }
    }
    Repeater {
        model: grid.lanes.length
        SlotsLane {
            required property int index
            y: grid.above + index * grid.pitch
            width: grid.width
            height: grid.pitch - Math.max(4, Math.min(16, grid.pitch / 8))
            labels: grid.labels
            strip: grid.strip
            compared: grid.compared
            lane: grid.lanes[index] ?? ({})
            onChosen: id => grid.model.press(id)
        }
    }
    Rectangle {
        visible: grid.now.x >= 0
        x: grid.labels + grid.now.x * grid.strip - 1
        y: grid.above - 4
        width: 2
        height: grid.pitch * grid.lanes.length
        color: Tone.care
    }
    Words {
        visible: grid.now.x >= 0
        x: Math.min(grid.labels + grid.now.x * grid.strip - 4, grid.width - implicitWidth)
        height: 22
        text: grid.now.text
        strong: true
        font.pixelSize: 14
        color: Tone.care
    }
    RowLayout {
        y: grid.above + grid.pitch * grid.lanes.length
        x: grid.labels
        width: grid.width - grid.labels
        height: grid.below
        spacing: 6
        Repeater {
            model: (grid.slots.legend ?? []).length
            RowLayout {
                id: entry
                required property int index
                readonly property var line: (grid.slots.legend ?? [])[entry.index] ?? ({})
                Layout.rightMargin: 6
                spacing: 4
                SlotCell {
                    implicitWidth: 20
                    implicitHeight: 16
                    form: entry.line.form ?? ""
                }
                Words {
                    text: entry.line.text ?? ""
                    font.pixelSize: 14
                }
            }
        }
        Item {
            Layout.fillWidth: true
        }
    }
    RowLayout {
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        visible: grid.pages !== null
        spacing: 8
        Words {
            text: grid.pages?.text ?? ""
            font.pixelSize: 14
        }
        Repeater {
            model: grid.pages === null ? [] : [grid.pages.previous, grid.pages.next]
            ConsolePlate {
                required property var modelData
                control: modelData ?? ({})
                implicitHeight: 34
                onChosen: id => grid.model.press(id)
            }
        }
    }
}
