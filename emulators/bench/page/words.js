// What the page says, in three languages. Every key stands in each; a test holds that.

export const WORDS = {
  "zh-Hans": {
    bench: "试验台", language: "语言", till_screen: "收银屏", customer_screen: "顾客屏",
    till_hint: "点它就是摸它，键盘直接输入", screen_off: "屏幕没有运行，正在等它起来…", fit: "适合窗口", true_size: "原始大小",
    scanner: "扫码枪", scan: "扫", scan_hint: "输入条码，按回车", wrong_digit: "校验位错误", unknown: "未知条码",
    torn: "读到一半", flood: "每秒 100 次", printer: "小票打印机", paper: "打印出的纸", no_paper: "纸会从这里出来",
    tear: "撕下", slips: "{count} 张", display: "客显", drawer: "钱箱", drawer_open: "开着，点一下推上", drawer_shut: "关着",
    reader: "读卡器", member: "会员", staff: "员工", network: "网络", processes: "进程", processes_hint: "杀掉会自己起来",
    kill: "kill -9", restarts: "重启 {count} 次", all_ready: "{count} 个进程都在", some_not: "{count} 个进程没起来",
    hq: "总部", payments: "付款模拟", help: "接口文档", bench_gone: "试验台断开了，正在重连…",
    ready: "运行", starting: "启动中", waiting: "等待", restarting: "重启中", given_up: "起不来", ended: "已结束",
    paper_out: "缺纸", paper_low: "纸将尽", cover_open: "开盖", cable_out: "拔线", jammed: "卡住", down: "断网", silent: "无响应",
    overheated: "过热", cutter: "切刀卡住", asleep: "没电",
  },
  "zh-Hant": {
    bench: "試驗台", language: "語言", till_screen: "收銀螢幕", customer_screen: "顧客螢幕",
    till_hint: "點它就是摸它，鍵盤直接輸入", screen_off: "螢幕沒有執行，正在等它起來…", fit: "符合視窗", true_size: "原始大小",
    scanner: "掃描槍", scan: "掃", scan_hint: "輸入條碼，按 Enter", wrong_digit: "檢查碼錯誤", unknown: "未知條碼",
    torn: "讀到一半", flood: "每秒 100 次", printer: "收據印表機", paper: "印出的紙", no_paper: "紙會從這裡出來",
    tear: "撕下", slips: "{count} 張", display: "客顯", drawer: "錢櫃", drawer_open: "開著，點一下推上", drawer_shut: "關著",
    reader: "讀卡機", member: "會員", staff: "員工", network: "網路", processes: "程序", processes_hint: "殺掉會自己起來",
    kill: "kill -9", restarts: "重啟 {count} 次", all_ready: "{count} 個程序都在", some_not: "{count} 個程序沒起來",
    hq: "總部", payments: "付款模擬", help: "介面文件", bench_gone: "試驗台斷開了，正在重連…",
    ready: "執行中", starting: "啟動中", waiting: "等待", restarting: "重啟中", given_up: "起不來", ended: "已結束",
    paper_out: "缺紙", paper_low: "紙將盡", cover_open: "開蓋", cable_out: "拔線", jammed: "卡住", down: "斷網", silent: "無回應",
    overheated: "過熱", cutter: "切刀卡住", asleep: "沒電",
  },
  en: {
    bench: "Bench", language: "Language", till_screen: "Till screen", customer_screen: "Customer screen",
    till_hint: "Click to touch it, type on your keyboard", screen_off: "The screen is not running; waiting for it…", fit: "Fit", true_size: "True size",
    scanner: "Scanner", scan: "Scan", scan_hint: "Type a code, press Enter", wrong_digit: "Wrong check digit", unknown: "Unknown code",
    torn: "Torn read", flood: "100 a second", printer: "Receipt printer", paper: "Printed paper", no_paper: "Paper comes out here",
    tear: "Tear off", slips: "Slips: {count}", display: "Customer display", drawer: "Cash drawer", drawer_open: "Open, click to push it shut", drawer_shut: "Shut",
    reader: "Card reader", member: "Member", staff: "Staff", network: "Network", processes: "Processes", processes_hint: "Kill one, it comes back",
    kill: "kill -9", restarts: "Restarts: {count}", all_ready: "All {count} processes up", some_not: "Processes not up: {count}",
    hq: "HQ", payments: "Payments", help: "API", bench_gone: "The bench is gone, connecting again…",
    ready: "Up", starting: "Starting", waiting: "Waiting", restarting: "Restarting", given_up: "Given up", ended: "Ended",
    paper_out: "Paper out", paper_low: "Paper low", cover_open: "Cover open", cable_out: "Cable out", jammed: "Jammed", down: "Down", silent: "Silent",
    overheated: "Too hot", cutter: "Cutter jam", asleep: "No power",
  },
};

const NAMES = { "zh-Hans": "简", "zh-Hant": "繁", en: "EN" };
let language = "zh-Hans";
const listeners = [];

export function say(key, values = {}) {
  const text = WORDS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function nameOf(names) {
  return names[language] ?? Object.values(names)[0] ?? "";
}

export function onLanguage(listener) {
  listeners.push(listener);
}

function speak(chosen) {
  language = chosen;
  localStorage.setItem("language", chosen);
  document.documentElement.lang = chosen;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) element.ariaLabel = say(element.dataset.tLabel);
  for (const element of document.querySelectorAll("[data-t-placeholder]")) element.placeholder = say(element.dataset.tPlaceholder);
  for (const button of document.querySelectorAll("#languages button")) button.ariaPressed = String(button.value === chosen);
  document.title = `Tillbox ${say("bench")}`;
  for (const listener of listeners) listener();
}

export function startLanguages() {
  for (const [value, name] of Object.entries(NAMES)) {
    const button = Object.assign(document.createElement("button"), { type: "button", value, textContent: name });
    button.onclick = () => speak(value);
    document.querySelector("#languages").append(button);
  }
  const wished = localStorage.getItem("language") ?? navigator.language;
  if (wished in WORDS) speak(wished);
  else if (/^zh-(Hant|TW|HK|MO)/.test(wished)) speak("zh-Hant");
  else speak(wished.startsWith("zh") ? "zh-Hans" : "en");
}
