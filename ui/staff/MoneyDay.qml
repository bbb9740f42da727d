pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// A day's takings to the yen: figures of the whole, then each machine and kind.
ColumnLayout {
    id: panel

    required property var model
    property var day: ({})
    readonly property var rows: panel.day.rows ?? []
    readonly property var figures: panel.day.figures ?? []
    readonly property var widths: [0, 66, 96, 96, 96, 96, 110, 96, 96]
    // A kind has copies and a sum; what stands behind them is one empty cell.
    readonly property var ofAKind: [0, 66, 96, 96 * 3 + 110 + 96 * 2 + 12 * 5]
    readonly property var atRight: [false, true, true, true, true, true, true, true, true]

    spacing: 10

    RowLayout {
        spacing: 12
        Repeater {
            model: [panel.day.previous, panel.day.next, panel.day.today]
            ConsolePlate {
                required property var modelData
                control: modelData ?? ({})
                keyFirst: true
                onChosen: id => panel.model.press(id)
            }
        }
        Words {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: panel.day.title ?? ""
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        ConsolePlate {
            control: panel.day.print ?? ({})
            keyFirst: true
            onChosen: id => panel.model.press(id)
        }
    }
    Rectangle {
        Layout.fillWidth: true
        Layout.preferredHeight: 76
        radius: 8
        color: Tone.paper2
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 24
            spacing: 40
            Repeater {
                model: panel.figures.length
                Column {
                    id: figure
                    required property int index
                    readonly property var value: panel.figures[index] ?? ({})
                    Accessible.role: Accessible.StaticText
                    Accessible.name: (value.name ?? "") + " " + (value.value ?? "") + (value.unit ?? "")
                    Words {
                        text: figure.value.name ?? ""
                        font.pixelSize: 14
                        color: Tone.ink2
                        Accessible.ignored: true
                    }
                    Row {
                        spacing: 4
                        Words {
                            id: amount
                            text: figure.value.value ?? ""
                            strong: true
                            font.pixelSize: 28
                            lineHeight: 0.9
                            Accessible.ignored: true
                        }
                        Words {
                            anchors.baseline: amount.baseline
                            text: figure.value.unit ?? ""
                            Accessible.ignored: true
                        }
                    }
                }
            }
            Item {
                Layout.fillWidth: true
            }
        }
    }
    TableLine {
        Layout.fillWidth: true
        heading: true
        cells: ["機械・証明書", "通数", "売上", "窓口で受領", "機械に入金", "機械が払出", "引換票にした額", "取引の途中", "精算でお返し"]
        widths: panel.widths
        atRight: panel.atRight
    }
    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.topMargin: -10

        ListView {
            width: parent.width
            height: Math.floor(parent.height / 38) * 38
            snapMode: ListView.SnapToItem
            clip: true
            cacheBuffer: 0
            model: panel.rows.length
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.Table
            Accessible.name: panel.day.title ?? ""
            delegate: TableLine {
                required property int index
                readonly property var row: panel.rows[index] ?? ({})
                width: ListView.view.width
                cells: row.cells ?? []
                widths: row.whole ? panel.widths : panel.ofAKind
                atRight: panel.atRight
                strongFrom: row.whole ? 0 : 9
            }
        }
    }
}
