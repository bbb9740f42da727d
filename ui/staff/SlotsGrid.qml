pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Lanes one below the other by the hour, the line of now across them, and what the forms mean.
Item {
    id: grid

    required property var model
    required property var slots
    required property var drawn
    required property int painting
    required property var named
    readonly property var lanes: grid.drawn.lanes ?? []
    readonly property var axis: grid.drawn.axis ?? []
    readonly property var legend: grid.slots.legend ?? []
    readonly property var now: grid.slots.now ?? ({
            "x": -1,
            "text": ""
        })
    readonly property var ring: grid.slots.chosen ?? ({
            "lane": -1,
            "x": 0,
            "w": 0
        })
    readonly property var pages: grid.slots.pages ?? null
    readonly property bool compared: grid.drawn.compared ?? false
    readonly property int labels: 120
    readonly property int above: 26
    readonly property int below: grid.pages === null ? 30 : 66
    readonly property real strip: grid.width - grid.labels - 8
    readonly property real pitch: grid.lanes.length === 0 ? 0 : Math.min((grid.height - grid.above - grid.below) / grid.lanes.length, 132)
    readonly property real laneHeight: Math.max(0, grid.pitch - Math.max(4, Math.min(16, grid.pitch / 8)))
    readonly property real field: grid.pitch * grid.lanes.length

    Accessible.role: Accessible.Grouping
    Accessible.name: "時間割"

    Repeater {
        model: 8
        Words {
            required property int index
            readonly property var mark: grid.axis[index] ?? ({
                    "x": 0,
                    "text": ""
                })
            x: grid.labels + Math.min(mark.x * grid.strip, grid.strip + 8 - implicitWidth)
            height: 22
            text: mark.text
            font.pixelSize: 14
            color: Tone.ink2
            visible: text !== "" && (grid.now.x < 0 || Math.abs(mark.x - grid.now.x) * grid.strip >= 70)
            Accessible.ignored: true
        }
    }
    Repeater {
        model: 12
        Words {
            required property int index
            y: grid.above + index * grid.pitch
            height: grid.laneHeight
            width: grid.compared ? 68 : grid.labels - 8
            visible: index < grid.lanes.length
            text: grid.lanes[index]?.name ?? ""
            strong: true
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 14
            color: grid.lanes[index]?.open ?? true ? Tone.ink : Tone.ink2
        }
    }
    Repeater {
        model: grid.compared ? 12 : 0
        Words {
            required property int index
            readonly property bool first: index % 2 === 0
            x: 70
            y: grid.above + Math.floor(index / 2) * grid.pitch + (first ? 0 : height)
            height: grid.laneHeight / 2
            visible: grid.compared && Math.floor(index / 2) < grid.lanes.length
            text: first ? "いま" : "変更後"
            font.pixelSize: 14
            color: Tone.ink2
            Accessible.ignored: true
        }
    }
    SlotsField {
        x: grid.labels
        y: grid.above
        width: grid.strip
        height: grid.field
        painting: grid.painting
        named: grid.named
        pitch: grid.pitch
        laneHeight: grid.laneHeight
        onTouched: (place, x, y) => grid.model.touchSlot(place, x, y)
        onChosen: id => grid.model.press(id)
    }
    Rectangle {
        visible: grid.ring.lane >= 0
        x: grid.labels + grid.ring.x * grid.strip - 4
        y: grid.above + grid.ring.lane * grid.pitch - 4
        width: grid.ring.w * grid.strip + 5
        height: grid.laneHeight + 8
        radius: 8
        color: "transparent"
        border.width: 3
        border.color: "black"
        Rectangle {
            anchors.fill: parent
            anchors.margins: 3
            radius: 5
            color: "transparent"
            border.width: 3
            border.color: Tone.focus
        }
    }
    Rectangle {
        visible: grid.now.x >= 0
        x: grid.labels + grid.now.x * grid.strip - 1
        y: grid.above - 4
        width: 2
        height: grid.field
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
        x: grid.labels
        y: grid.above + grid.field
        height: 30
        spacing: 6
        Repeater {
            model: 8
            RowLayout {
                id: entry
                required property int index
                readonly property var line: grid.legend[entry.index] ?? ({
                        "form": "",
                        "text": ""
                    })
                visible: entry.index < grid.legend.length
                Layout.rightMargin: 6
                spacing: 4
                Image {
                    sourceSize: Qt.size(20, 16)
                    source: entry.line.form === "" ? "" : `image://slots/form/${entry.line.form}`
                    Accessible.ignored: true
                }
                Words {
                    text: entry.line.text
                    font.pixelSize: 14
                }
            }
        }
    }
    Loader {
        anchors.right: parent.right
        y: grid.above + grid.field + 30
        height: 36
        active: grid.pages !== null
        sourceComponent: RowLayout {
            spacing: 8
            Words {
                text: grid.pages?.text ?? ""
                font.pixelSize: 14
            }
            ConsolePlate {
                implicitHeight: 30
                control: grid.pages?.previous ?? ({})
                onChosen: id => grid.model.press(id)
            }
            ConsolePlate {
                implicitHeight: 30
                control: grid.pages?.next ?? ({})
                onChosen: id => grid.model.press(id)
            }
        }
    }
}
