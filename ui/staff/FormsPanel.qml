pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// What stands on a form that nobody had to write: scanned, then copied line by line into the office's own system.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var scanned: panel.face.scanned ?? ({})
    readonly property var rows: panel.scanned.rows ?? []

    spacing: 12

    RowLayout {
        spacing: 12
        Words {
            text: "書類の読み取り"
            strong: true
            font.pixelSize: 24
            Accessible.role: Accessible.Heading
        }
        Item {
            Layout.fillWidth: true
        }
        ConsoleField {
            objectName: "scan"
            label: "書類のコード"
            implicitWidth: 420
            implicitHeight: 40
            font.pixelSize: 18
            text: panel.scanned.typed ?? ""
            maximumLength: 5000
            focus: true
            onTextEdited: panel.model.typeForm(text)
            onAccepted: panel.model.press("read_form")
        }
        ConsolePlate {
            control: panel.scanned.read ?? ({})
            onChosen: id => panel.model.press(id)
        }
        ConsolePlate {
            control: panel.scanned.all ?? ({})
            onChosen: id => panel.model.press(id)
        }
        ConsolePlate {
            control: panel.scanned.clear ?? ({})
            onChosen: id => panel.model.press(id)
        }
    }
    Words {
        Layout.fillWidth: true
        visible: text !== ""
        text: panel.scanned.title ?? ""
        strong: true
        font.pixelSize: 20
        Accessible.role: Accessible.Heading
    }
    Words {
        objectName: "cause"
        Layout.fillWidth: true
        visible: text !== ""
        text: panel.scanned.cause || panel.scanned.help || ""
        font.pixelSize: 18
        wrapMode: Text.Wrap
        Accessible.role: Accessible.AlertMessage
    }
    ListView {
        id: list
        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        spacing: 6
        model: panel.rows.length
        delegate: RowLayout {
            id: line
            required property int index
            readonly property var row: panel.rows[line.index] ?? ({})
            width: list.width
            spacing: 16
            Words {
                Layout.preferredWidth: 220
                text: line.row.label ?? ""
                color: Tone.ink2
                wrapMode: Text.Wrap
            }
            Words {
                Layout.fillWidth: true
                text: line.row.text ?? ""
                font.pixelSize: 20
                wrapMode: Text.Wrap
            }
            ConsolePlate {
                Layout.preferredWidth: 130
                control: line.row.copy ?? ({})
                onChosen: id => panel.model.press(id)
            }
        }
    }
}
