pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Who did what with which number, and when: the question of every auditor.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var history: panel.face.history ?? ({})
    readonly property var widths: [80, 110, 240, 90, 110, 0]

    spacing: 12

    RowLayout {
        spacing: 16
        Words {
            text: "操作履歴"
            strong: true
            font.pixelSize: 24
            Accessible.role: Accessible.Heading
        }
        Item {
            Layout.fillWidth: true
        }
        Words {
            text: "番号でしぼる"
        }
        ConsoleField {
            objectName: "find"
            label: "番号でしぼる"
            implicitWidth: 200
            implicitHeight: 40
            font.pixelSize: 18
            text: panel.face.find ?? ""
            maximumLength: 8
            onTextEdited: panel.model.find(text)
        }
        Words {
            Layout.minimumWidth: 56
            text: panel.history.count ?? ""
            strong: true
        }
        ConsolePlate {
            visible: panel.history.reader ?? false
            control: panel.history.print ?? ({})
            keyFirst: true
            onChosen: id => panel.model.press(id)
        }
    }
    RowLayout {
        visible: panel.history.reader ?? false
        spacing: 12
        Repeater {
            model: [panel.history.previous, panel.history.next, panel.history.today]
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
            text: panel.history.day ?? ""
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.StaticText
        }
        Words {
            text: "日付"
        }
        ConsoleField {
            objectName: "day"
            label: "日付"
            implicitWidth: 160
            implicitHeight: 40
            font.pixelSize: 18
            text: panel.history.typed ?? ""
            maximumLength: 12
            onTextEdited: panel.model.typeDay(text)
            onAccepted: panel.model.press("day:typed")
        }
        ConsolePlate {
            control: panel.history.show ?? ({})
            onChosen: id => panel.model.press(id)
        }
        ConsolePlate {
            control: panel.history.older ?? ({})
            keyFirst: true
            onChosen: id => panel.model.press(id)
        }
    }
    TableLine {
        Layout.fillWidth: true
        heading: true
        cells: ["時刻", "番号", "操作", "窓口", "係員", "理由"]
        widths: panel.widths
    }
    Words {
        visible: text !== ""
        text: panel.history.note ?? ""
        color: Tone.ink2
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
            model: panel.face.actions.length
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.Table
            Accessible.name: "操作履歴"
            delegate: TableLine {
                required property int index
                width: ListView.view.width
                cells: (panel.face.actions[index] ?? {
                        "cells": []
                    }).cells
                widths: panel.widths
                strongFrom: 9
            }
        }
    }
}
