pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Who waits, in the order of the calls; a row can be pressed to do something about that number.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var list: panel.face.list
    readonly property int rowHeight: 42
    readonly property bool roomy: panel.face.counters.length <= 4

    spacing: 12

    onListChanged: rows.stay()

    Shortcut {
        sequence: "PgDown"
        enabled: panel.visible && panel.enabled
        onActivated: rows.turn(1)
    }
    Shortcut {
        sequence: "PgUp"
        enabled: panel.visible && panel.enabled
        onActivated: rows.turn(-1)
    }
    Shortcut {
        sequence: "Down"
        enabled: panel.visible && panel.enabled
        onActivated: rows.go(1)
    }
    Shortcut {
        sequence: "Up"
        enabled: panel.visible && panel.enabled
        onActivated: rows.go(-1)
    }
    RowLayout {
        Layout.fillWidth: true
        Layout.preferredHeight: 40
        spacing: 6
        Words {
            Layout.rightMargin: 6
            text: "お待ちの方"
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        Words {
            text: panel.list.total
            strong: true
            font.pixelSize: 28
        }
        Words {
            Layout.leftMargin: -4
            text: "人"
        }
        Item {
            Layout.fillWidth: true
        }
        Repeater {
            model: panel.list.filters.length
            ConsolePlate {
                required property int index
                implicitHeight: 39
                leftPadding: panel.list.filters.length > 4 ? 8 : 12
                rightPadding: leftPadding
                control: panel.list.filters[index] ?? ({})
                onChosen: id => panel.model.press(id)
            }
        }
    }
    ColumnLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        spacing: 0

        WaitingLine {
            Layout.fillWidth: true
            implicitHeight: 24
            heading: true
            cells: ["番号", "用件", "区分", "約束", "待ち"]
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: 1
            color: Tone.edge
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true

            ListView {
                id: rows
                width: parent.width
                height: Math.floor((parent.height - (more.visible ? 24 : 0)) / panel.rowHeight) * panel.rowHeight
                clip: true
                cacheBuffer: 0
                model: panel.list.rows.length
                objectName: "rows"
                // Each change of the line begins the list anew; whoever reads its third page, or has chosen a row, stays.
                property real place: 0
                property string chosen: ""
                currentIndex: -1
                highlightFollowsCurrentItem: false
                onMovementEnded: rows.place = rows.contentY
                onCountChanged: rows.stay()

                function within(y: real): real {
                    return Math.max(0, Math.min(rows.count * panel.rowHeight - rows.height, y));
                }
                function turn(pages: int): void {
                    rows.chosen = "";
                    rows.currentIndex = -1;
                    rows.place = rows.within(rows.contentY + pages * rows.height);
                    rows.contentY = rows.place;
                }
                function go(by: int): void {
                    rows.choose(rows.currentIndex < 0 ? Math.ceil(rows.contentY / panel.rowHeight) : rows.currentIndex + by);
                }
                function choose(index: int): void {
                    rows.forceActiveFocus(Qt.TabFocusReason);
                    rows.currentIndex = Math.max(0, Math.min(rows.count - 1, index));
                    rows.chosen = (panel.list.rows[rows.currentIndex] ?? {
                            "id": ""
                        }).id;
                    rows.positionViewAtIndex(rows.currentIndex, ListView.Contain);
                    rows.place = rows.contentY;
                }
                function stay(): void {
                    rows.currentIndex = panel.list.rows.findIndex(row => row.id === rows.chosen);
                    rows.contentY = rows.within(rows.place);
                }

                Keys.onReturnPressed: if (rows.currentIndex >= 0)
                    panel.model.press(rows.chosen)
                Keys.onEnterPressed: if (rows.currentIndex >= 0)
                    panel.model.press(rows.chosen)
                onActiveFocusChanged: if (rows.activeFocus && rows.currentIndex < 0)
                    rows.go(0)
                boundsBehavior: Flickable.StopAtBounds
                snapMode: ListView.SnapToItem
                activeFocusOnTab: true
                Accessible.role: Accessible.List
                Accessible.name: "お待ちの方"
                delegate: Press {
                    id: line
                    required property int index
                    readonly property var row: panel.list.rows[index] ?? ({})
                    readonly property color tone: line.row.next ? "white" : line.row.held ? Tone.ink2 : Tone.ink
                    width: ListView.view.width
                    height: panel.rowHeight
                    readonly property bool reached: rows.activeFocus && rows.currentIndex === line.index
                    enabled: panel.list.able
                    reachable: false
                    Accessible.role: Accessible.Button
                    Accessible.name: line.row.spoken ?? ""
                    Accessible.selected: line.reached
                    onClicked: panel.model.press(line.row.id)
                    Rectangle {
                        anchors.fill: parent
                        color: line.row.next ? Tone.act : line.down ? Tone.actTint : "transparent"
                        border.width: line.reached ? 3 : 0
                        border.color: line.row.next ? Tone.focus : "black"
                        Rectangle {
                            anchors.bottom: parent.bottom
                            width: parent.width
                            height: 1
                            color: Tone.rule
                        }
                    }
                    WaitingLine {
                        anchors.fill: parent
                        cells: [line.row.number ?? "", line.row.service ?? "", line.row.kind ?? "", line.row.promised ?? "", line.row.waited ?? ""]
                        marks: line.row.marks ?? []
                        tone: line.tone
                    }
                }
            }
            Words {
                id: more
                visible: panel.list.rows.length * panel.rowHeight > parent.height
                anchors.bottom: parent.bottom
                text: "全" + panel.list.rows.length + "件　PageDown で続き"
                font.pixelSize: 14
                color: Tone.ink2
            }
        }
    }
    GridLayout {
        Layout.fillWidth: true
        columns: panel.roomy ? 4 : 6
        rowSpacing: 8
        columnSpacing: 8
        Repeater {
            model: panel.face.counters.length
            Rectangle {
                id: other
                required property int index
                readonly property var counter: panel.face.counters[index] ?? ({})
                Layout.fillWidth: true
                Layout.preferredWidth: 60
                implicitHeight: panel.roomy ? 36 : 44
                radius: 8
                color: other.counter.mine ? Tone.actTint : Tone.paper2
                Accessible.role: Accessible.StaticText
                Accessible.name: (other.counter.name ?? "") + "　" + (other.counter.text ?? "")
                Grid {
                    anchors.centerIn: parent
                    columns: panel.roomy ? 2 : 1
                    columnSpacing: 16
                    horizontalItemAlignment: Grid.AlignHCenter
                    verticalItemAlignment: Grid.AlignVCenter
                    Words {
                        text: other.counter.name ?? ""
                        font.pixelSize: 14
                        lineHeight: panel.roomy ? 1.0 : 0.9
                        Accessible.ignored: true
                    }
                    Words {
                        text: other.counter.text ?? ""
                        strong: other.counter.busy ?? false
                        font.pixelSize: panel.roomy ? 16 : 14
                        lineHeight: panel.roomy ? 1.0 : 0.9
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
