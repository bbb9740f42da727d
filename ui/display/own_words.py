"""The few sentences that the display must say by itself, because the hub is away and its view too old to be believed.

Not yet reviewed by a native speaker: zh, ko, vi.
"""

from __future__ import annotations

LISTEN = {
    "ja": "窓口の案内をお聞きください",
    "en": "Please listen for your number at the counters.",
    "zh": "请留意听窗口工作人员的叫号。",
    "ko": "창구 직원의 안내를 들어 주십시오.",
    "vi": "Vui lòng lắng nghe nhân viên gọi số tại quầy.",
}
"""Read from ten metres by who waits: what to do, not what is broken."""
STOPPED = ("この画面は{time}から更新されていません。", "This screen stopped at {time}.")
NO_NEWS = "表示が止まっています\n窓口の案内をお聞きください"
"""In the place of the newest call, once that is no longer new."""
FOR_TECHNICIAN = {
    "token": "技術員へ：この表示の登録が、ハブに認められていません。もう一度登録してください。",
    "certificate": "技術員へ：つなぐ先の証明書が、この役所のものではありません。証明書を確かめてください。",
    "older": "技術員へ：前のハブだけが答えています。今のハブを確かめてください。",
}
