pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Whom a closure has hit: who is still to be called, and another time for each.
ColumnLayout {
    id: page

    required property var model
    required property var list
    readonly property var rows: page.list.rows ?? []
    readonly property var widths: [130, 60, 0, 260, 100, 130]

    spacing: 10

    RowLayout {
        spacing: 16
        Words {
            text: page.list.title ?? ""
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        Words {
            text: page.list.count ?? ""
        }
        Words {
            Layout.fillWidth: true
            text: page.list.saved ?? ""
            strong: true
            color: Tone.ok
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 14
            horizontalAlignment: Text.AlignRight
            Accessible.role: Accessible.AlertMessage
        }
        Repeater {
            model: ["previous", "next", "save", "back"]
            ConsolePlate {
                required property string modelData
                visible: (page.list[modelData] ?? null) !== null
                control: page.list[modelData] ?? ({})
                onChosen: id => page.model.press(id)
            }
        }
    }
    Words {
        visible: text !== ""
        text: page.list.note ?? ""
        font.pixelSize: 20
        color: Tone.ink2
        Accessible.role: Accessible.AlertMessage
    }
    TableLine {
        Layout.fillWidth: true
        Layout.rightMargin: 150
        visible: page.rows.length > 0
        heading: true
        cells: ["日", "時刻", "用件", "お名前・予約番号", "受付", "お知らせ"]
        widths: page.widths
    }
    Item {
        id: room
        Layout.fillWidth: true
        Layout.fillHeight: true
        Accessible.role: Accessible.Table
        Accessible.name: page.list.title ?? ""

        Repeater {
            model: page.rows.length
            Item {
                id: line
                required property int index
                readonly property var row: page.rows[line.index] ?? ({})
                y: line.index * height
                width: room.width
                height: Math.min(56, Math.floor(room.height / 9))
                TableLine {
                    width: parent.width - 150
                    height: parent.height
                    cells: line.row.cells ?? ["", "", "", "", "", ""]
                    widths: page.widths
                }
                ConsolePlate {
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    width: 136
                    control: line.row.act ?? ({})
                    onChosen: id => page.model.press(id)
                }
            }
        }
    }
}
