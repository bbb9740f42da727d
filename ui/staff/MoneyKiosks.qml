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
            height: Math.floor(parent.height / 56) * 56
            snapMode: ListView.SnapToItem
            clip: true
            cacheBuffer: 0
            model: panel.kiosks.length
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.Table
            Accessible.name: "証明書交付機"
            delegate: MoneyLine {
                required property int index
                width: ListView.view.width
                model: panel.model
                row: panel.kiosks[index] ?? ({})
                first: 8
            }
        }
    }
}
