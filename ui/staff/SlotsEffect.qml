pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// What a change would do today: free starts before and after, whom it presses, and the plate that does it.
ColumnLayout {
    id: part

    required property var model
    required property var side
    readonly property var gain: part.side.gain ?? null
    readonly property var starts: part.side.starts ?? []
    readonly property var rows: part.side.rows ?? []
    readonly property var checks: part.side.checks ?? []
    readonly property int rowHeight: 24

    spacing: 6

    Words {
        Layout.fillWidth: true
        visible: text !== ""
        text: part.side.note ?? ""
        strong: true
        color: Tone.care
        wrapMode: Text.Wrap
        Accessible.role: Accessible.AlertMessage
    }
    Repeater {
        model: 2
        RowLayout {
            id: line
            required property int index
            visible: line.index < part.starts.length
            readonly property var pair: part.starts[line.index] ?? ["", ""]
            Layout.fillWidth: true
            Words {
                text: line.pair[0]
                color: Tone.ink2
            }
            Item {
                Layout.fillWidth: true
            }
            Words {
                text: line.pair[1]
                strong: true
            }
        }
    }
    RowLayout {
        Layout.fillWidth: true
        Layout.preferredHeight: 60
        visible: part.gain !== null
        spacing: 12
        Accessible.role: Accessible.StaticText
        Accessible.name: part.gain?.spoken ?? ""
        Words {
            text: part.gain?.name ?? ""
            Accessible.ignored: true
        }
        Item {
            Layout.fillWidth: true
        }
        Words {
            text: part.gain?.before ?? ""
            font.pixelSize: 40
            Accessible.ignored: true
        }
        Words {
            text: "→"
            font.pixelSize: 28
            Accessible.ignored: true
        }
        Words {
            text: part.gain?.after ?? ""
            strong: true
            font.pixelSize: 56
            color: part.gain?.more ? Tone.ok : part.gain?.less ? Tone.care : Tone.ink
            lineHeight: 0.85
            Accessible.ignored: true
        }
    }
    Item {
        id: room
        Layout.fillWidth: true
        Layout.fillHeight: true
        Repeater {
            model: 10
            Item {
                id: row
                required property int index
                visible: row.index < part.rows.length && (row.index + 1) * part.rowHeight <= room.height + 2
                readonly property var line: part.rows[row.index] ?? ({})
                readonly property bool late: row.line.kind === "late"
                y: row.index * part.rowHeight
                width: room.width
                height: part.rowHeight
                Accessible.role: Accessible.Row
                Accessible.name: row.line.spoken ?? ""
                Words {
                    height: parent.height
                    text: row.line.name ?? ""
                    strong: row.late
                    color: row.late ? Tone.care : Tone.ink
                    Accessible.ignored: true
                }
                Words {
                    x: 100
                    height: parent.height
                    text: row.line.more ?? ""
                    font.pixelSize: 14
                    Accessible.ignored: true
                }
                Words {
                    x: parent.width - 150
                    width: 50
                    height: parent.height
                    horizontalAlignment: Text.AlignRight
                    text: row.line.before ?? ""
                    Accessible.ignored: true
                }
                Words {
                    x: parent.width - 85
                    height: parent.height
                    text: "→"
                    visible: !row.late
                    Accessible.ignored: true
                }
                Words {
                    anchors.right: parent.right
                    height: parent.height
                    text: row.line.after ?? ""
                    strong: true
                    color: row.late ? Tone.care : Tone.ink
                    Accessible.ignored: true
                }
            }
        }
    }
    Repeater {
        model: 3
        RowLayout {
            id: check
            required property int index
            visible: check.index < part.checks.length
            readonly property var line: part.checks[check.index] ?? ({})
            Layout.fillWidth: true
            spacing: 6
            Words {
                text: check.line.name ?? ""
                color: Tone.ink2
            }
            Item {
                Layout.fillWidth: true
            }
            Glyph {
                icon: check.line.good ? "check" : "warn"
                tone: check.line.good ? Tone.ok : Tone.care
            }
            Words {
                text: check.line.value ?? ""
                strong: !check.line.good
                color: check.line.good ? Tone.ink : Tone.care
            }
        }
    }
    ConsolePlate {
        Layout.fillWidth: true
        Layout.preferredHeight: 59
        visible: (part.side.do ?? null) !== null
        control: part.side.do ?? ({})
        go: true
        textSize: 20
        onChosen: id => part.model.press(id)
    }
    ConsolePlate {
        Layout.fillWidth: true
        control: part.side.back ?? ({})
        onChosen: id => part.model.press(id)
    }
    Words {
        Layout.alignment: Qt.AlignHCenter
        text: "変えたあとも、元に戻せます。"
        font.pixelSize: 14
        color: Tone.ink2
    }
}
