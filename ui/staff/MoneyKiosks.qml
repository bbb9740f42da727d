pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// The office's certificate kiosks: what each rings for, and that its paper was loaded.
ColumnLayout {
    id: panel

    required property var model
    property var kiosks: []

    spacing: 6

    Words {
        Layout.fillWidth: true
        text: "書類の用紙を入れたら、または紙づまりを取ったら、その交付機の「補充しました」を押してください。"
        color: Tone.ink2
        wrapMode: Text.Wrap
    }
    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true

        ListView {
            width: parent.width
            height: Math.floor(parent.height / 62) * 62
            snapMode: ListView.SnapToItem
            clip: true
            cacheBuffer: 0
            model: panel.kiosks.length
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.Table
            Accessible.name: "証明書交付機"
            delegate: MoneyLine {
                id: row
                required property int index
                readonly property var kiosk: panel.kiosks[index] ?? ({})
                width: ListView.view.width
                spoken: (row.kiosk.name ?? "") + "　" + (row.kiosk.text ?? "")

                RowLayout {
                    anchors.fill: parent
                    anchors.leftMargin: 8
                    anchors.rightMargin: 4
                    spacing: 16
                    Words {
                        Layout.preferredWidth: 120
                        text: row.kiosk.name ?? ""
                        strong: true
                        font.pixelSize: 20
                        Accessible.ignored: true
                    }
                    Words {
                        Layout.fillWidth: true
                        text: row.kiosk.text ?? ""
                        color: row.kiosk.trouble ? Tone.care : Tone.ink2
                        strong: row.kiosk.trouble ?? false
                        lineHeight: 0.9
                        wrapMode: Text.Wrap
                        Accessible.ignored: true
                    }
                    ConsolePlate {
                        control: row.kiosk.refilled ?? ({})
                        onChosen: id => panel.model.press(id)
                    }
                }
            }
        }
    }
}
