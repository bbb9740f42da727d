pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Certificate kiosks: whose money is taken here and whose is given back, a day's takings, the machines.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var money: panel.face.money ?? ({})
    readonly property string part: panel.money.part ?? ""

    spacing: 12

    RowLayout {
        spacing: 12
        Words {
            text: "証明書交付機"
            strong: true
            font.pixelSize: 24
            Accessible.role: Accessible.Heading
        }
        Item {
            Layout.preferredWidth: 8
        }
        Repeater {
            model: (panel.money.parts ?? []).length
            ConsolePlate {
                required property int index
                control: (panel.money.parts ?? [])[index] ?? ({})
                keyFirst: true
                onChosen: id => panel.model.press(id)
            }
        }
    }
    Words {
        Layout.fillWidth: true
        visible: text !== ""
        text: panel.money.note ?? ""
        font.pixelSize: 20
        color: Tone.ink2
        wrapMode: Text.Wrap
    }
    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Loader {
            anchors.fill: parent
            sourceComponent: panel.part === "pay" ? pay : panel.part === "day" ? day : panel.part === "kiosks" ? kiosks : null
        }
    }

    Component {
        id: pay
        MoneyPay {
            model: panel.model
            money: panel.money
        }
    }
    Component {
        id: day
        MoneyDay {
            model: panel.model
            day: panel.money.day ?? ({})
        }
    }
    Component {
        id: kiosks
        MoneyKiosks {
            model: panel.model
            kiosks: panel.money.kiosks ?? []
        }
    }
}
