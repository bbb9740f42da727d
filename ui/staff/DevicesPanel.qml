pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// New devices whose digits are compared, and the devices that the hub trusts.
RowLayout {
    id: panel

    required property var model
    required property var face
    readonly property var devices: panel.face.devices
    readonly property bool several: panel.devices.waiting.length > 1

    spacing: 24

    ColumnLayout {
        Layout.fillWidth: true
        Layout.preferredWidth: 520
        Layout.alignment: Qt.AlignTop
        spacing: 12

        Words {
            text: "新しい端末"
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.devices.off
            color: Tone.care
            wrapMode: Text.Wrap
        }
        Words {
            Layout.fillWidth: true
            visible: panel.devices.off === "" && panel.devices.waiting.length === 0
            text: "登録を待っている端末はありません。\n新しい端末で hitofuda pair を始めると、ここに6けたの番号が出ます。"
            color: Tone.ink2
            wrapMode: Text.Wrap
        }
        Repeater {
            model: panel.devices.waiting.length
            Rectangle {
                id: card
                required property int index
                readonly property var one: panel.devices.waiting[index] ?? ({})
                Layout.fillWidth: true
                implicitHeight: inside.implicitHeight + (panel.several ? 20 : 28)
                radius: 8
                color: Tone.actTint

                ColumnLayout {
                    id: inside
                    anchors.fill: parent
                    anchors.margins: panel.several ? 10 : 14
                    spacing: panel.several ? 0 : 4

                    Words {
                        Layout.fillWidth: true
                        text: [card.one.who, card.one.place].filter(Boolean).join("　")
                        strong: true
                        font.pixelSize: 18
                        wrapMode: Text.Wrap
                    }
                    Words {
                        text: card.one.code ?? ""
                        strong: true
                        font.pixelSize: panel.several ? 44 : 64
                        lineHeight: 1.0
                        Accessible.name: card.one.spoken ?? ""
                    }
                    Words {
                        Layout.fillWidth: true
                        Layout.bottomMargin: panel.several ? 0 : 8
                        text: (panel.several ? "同じ番号が出ていますか（" : "新しい端末の画面にも、同じ番号が出ていますか（") + (card.one.until ?? "") + "）"
                        wrapMode: Text.Wrap
                    }
                    RowLayout {
                        Layout.fillWidth: true
                        spacing: 12
                        ConsolePlate {
                            Layout.fillWidth: true
                            Layout.preferredWidth: 240
                            Layout.preferredHeight: panel.several ? 46 : 59
                            control: card.one.yes ?? ({})
                            keyFirst: true
                            textSize: 20
                            onChosen: id => panel.model.press(id)
                        }
                        ConsolePlate {
                            Layout.fillWidth: true
                            Layout.preferredWidth: 180
                            Layout.preferredHeight: panel.several ? 46 : 59
                            control: card.one.no ?? ({})
                            keyFirst: true
                            textSize: 20
                            onChosen: id => panel.model.press(id)
                        }
                    }
                }
            }
        }
        Words {
            Layout.topMargin: 12
            visible: central.count > 0
            text: "中央サーバー"
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        // Whoever compares several numbers needs the room.
        Repeater {
            id: central
            model: panel.several ? 0 : panel.devices.central.length
            Words {
                required property int index
                Layout.fillWidth: true
                text: panel.devices.central[index] ?? ""
                wrapMode: Text.Wrap
            }
        }
    }
    ColumnLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredWidth: 700
        spacing: 8

        RowLayout {
            spacing: 12
            Words {
                text: "登録した端末"
                strong: true
                font.pixelSize: 20
                Accessible.role: Accessible.Heading
            }
            Words {
                text: panel.devices.count
                strong: true
            }
        }
        TableLine {
            Layout.fillWidth: true
            Layout.rightMargin: 108
            heading: true
            cells: ["名前", "種類", "場所", "通信"]
            widths: [0, 110, 80, 140]
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true

            ListView {
                width: parent.width
                height: Math.floor(parent.height / 48) * 48
                snapMode: ListView.SnapToItem
                clip: true
                cacheBuffer: 0
                model: panel.devices.rows.length
                boundsBehavior: Flickable.StopAtBounds
                activeFocusOnTab: true
                Accessible.role: Accessible.Table
                Accessible.name: "登録した端末"
                delegate: RowLayout {
                    id: row
                    required property int index
                    readonly property var one: panel.devices.rows[index] ?? ({})
                    width: ListView.view.width
                    height: 48
                    spacing: 8
                    TableLine {
                        Layout.fillWidth: true
                        Layout.preferredHeight: 48
                        cells: row.one.cells ?? []
                        widths: [0, 110, 80, 140]
                        strongFrom: row.one.gone ? 9 : 0
                    }
                    ConsolePlate {
                        visible: !(row.one.gone ?? true)
                        Layout.preferredWidth: 100
                        Layout.preferredHeight: 40
                        control: row.one.end ?? ({})
                        onChosen: id => panel.model.press(id)
                    }
                    Words {
                        visible: row.one.gone ?? false
                        Layout.preferredWidth: 100
                        text: (row.one.note ?? "").replace("　", "\n")
                        font.pixelSize: 14
                        lineHeight: 0.9
                        color: Tone.ink2
                        wrapMode: Text.Wrap
                    }
                }
            }
        }
    }
}
