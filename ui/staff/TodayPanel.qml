pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Today at a glance: four figures and the totals of each service.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var widths: [0, 90, 90, 90, 120, 120, 90]
    readonly property var atRight: [false, true, true, true, true, true, true]

    spacing: 12

    Rectangle {
        Layout.fillWidth: true
        Layout.preferredHeight: 80
        radius: 8
        color: Tone.paper2
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 24
            spacing: 40
            Repeater {
                model: panel.face.figures.length
                Column {
                    id: figure
                    required property int index
                    readonly property var value: panel.face.figures[index] ?? ({})
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
                            font.pixelSize: 36
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
    DayCurve {
        Layout.fillWidth: true
        Layout.fillHeight: false
        Layout.preferredHeight: 140
        curve: panel.face.curve
    }
    TableLine {
        Layout.fillWidth: true
        heading: true
        cells: ["用件", "発券", "完了", "お待ち", "待ち中央値", "対応中央値", "不在"]
        widths: panel.widths
        atRight: panel.atRight
    }
    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.topMargin: -12

        ListView {
            width: parent.width
            height: Math.floor(parent.height / 38) * 38
            snapMode: ListView.SnapToItem
            clip: true
            cacheBuffer: 0
            model: panel.face.today.length
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.Table
            Accessible.name: "今日の用件ごとの集計"
            delegate: TableLine {
                required property int index
                readonly property var row: panel.face.today[index] ?? ({})
                width: ListView.view.width
                letter: row.letter ?? ""
                cells: [row.name ?? ""].concat(row.cells ?? [])
                widths: panel.widths
                atRight: panel.atRight
            }
        }
    }
}
