/// How a report looks: one column that fits a phone, two pictures beside each other where there is
/// room, light or dark as the reader has it, and black on white on paper.
enum PageStyle {
  static let text = """

    :root {
      color-scheme: light dark;
      --page: #fbfbfa; --card: #ffffff; --ink: #1c2024; --muted: #60666d; --line: #e2e4e7;
      --grid: #e4e6e9; --grid-strong: #b9c0c8; --accent: #1f5fbf;
      --s1: #1f6fd1; --s2: #d9580d; --s3: #2a8a4a; --s4: #8a3ab0; --heat: 232 98 20;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #121417; --card: #1a1d21; --ink: #e8eaed; --muted: #a0a7af; --line: #2e333a;
        --grid: #2e333a; --grid-strong: #59626d; --accent: #86b4f5;
        --s1: #6aa9ff; --s2: #ff9a55; --s3: #6fd08c; --s4: #cf95ee; --heat: 214 84 18;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    body {
      margin: 0 auto; max-width: 72rem; padding: 1.5rem clamp(0.9rem, 4vw, 2.5rem) 3rem;
      background: var(--page); color: var(--ink);
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
      overflow-wrap: break-word;
    }
    a { color: var(--accent); }
    h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; margin: 0 0 0.6rem; }
    h2 { font-size: 1.3rem; margin: 0 0 0.9rem; }
    h3 { font-size: 1.02rem; margin: 0 0 0.5rem; }
    .kind {
      margin: 0 0 0.3rem; color: var(--muted); font-size: 0.8rem; letter-spacing: 0.08em;
      text-transform: uppercase;
    }
    .verdict { font-size: 1.15rem; line-height: 1.45; margin: 0 0 1.4rem; max-width: 46rem; }
    .figures-of-merit {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(8.4rem, 1fr));
      gap: 0.7rem; margin: 0 0 1.2rem;
    }
    .figures-of-merit div {
      background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem;
      padding: 0.6rem 0.8rem;
    }
    dt { color: var(--muted); font-size: 0.85rem; }
    dd { margin: 0; }
    .figures-of-merit dd {
      font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums;
    }
    nav { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; margin: 0 0 1rem; }
    section { border-top: 1px solid var(--line); padding: 1.6rem 0 1.2rem; }
    .figures {
      display: grid; gap: 1rem; align-items: start;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr));
    }
    figure {
      margin: 0; padding: 0.8rem; background: var(--card); border: 1px solid var(--line);
      border-radius: 0.6rem; max-width: 44rem; break-inside: avoid;
    }
    figure svg { display: block; width: 100%; height: auto; font-family: inherit; }
    figcaption { margin-top: 0.5rem; font-size: 0.9rem; color: var(--muted); }
    figcaption strong { color: var(--ink); }
    details { margin-top: 1rem; }
    summary { cursor: pointer; color: var(--accent); }
    .scroll { overflow-x: auto; margin-top: 1rem; }
    table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; white-space: nowrap; color: var(--muted); padding-bottom: 0.3rem; }
    th, td { padding: 0.25rem 0.9rem 0.25rem 0; text-align: right; white-space: nowrap; }
    th:first-child { text-align: left; font-weight: 400; }
    thead th, thead th:first-child { font-weight: 600; border-bottom: 1px solid var(--line); }
    tbody tr + tr > * { border-top: 1px solid var(--line); }
    pre {
      margin: 0 0 1rem; padding: 0.8rem 1rem; overflow-x: auto; background: var(--card);
      border: 1px solid var(--line); border-radius: 0.6rem; font-size: 0.85rem; line-height: 1.5;
    }
    code, .samples blockquote, .text {
      font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
    }
    .facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.3rem 1.2rem; }
    .facts dd { overflow-wrap: anywhere; min-width: 0; }
    .samples { list-style: none; margin: 0 0 1rem; padding: 0; }
    .samples .when { color: var(--muted); font-size: 0.85rem; }
    .samples blockquote {
      margin: 0.2rem 0 0.9rem; padding: 0.6rem 0.9rem; background: var(--card);
      border-left: 3px solid var(--accent); border-radius: 0 0.4rem 0.4rem 0;
      font-size: 0.85rem; white-space: pre-wrap;
    }
    .text { font-size: 0.9rem; line-height: 1.7; white-space: pre-wrap; margin: 0 0 1rem; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 0.6rem; padding: 0; }
    .legend, .legend span { font-size: 0.85rem; }
    .legend span { padding: 0.1rem 0.4rem; border-radius: 0.3rem; }
    .text {
      background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem;
      padding: 0.8rem 1rem; max-height: 32rem; overflow-y: auto;
    }
    .l1 { background: rgb(var(--heat) / 9%); } .l2 { background: rgb(var(--heat) / 19%); }
    .l3 { background: rgb(var(--heat) / 29%); } .l4 { background: rgb(var(--heat) / 40%); }
    .l5 { background: rgb(var(--heat) / 51%); } .l6 { background: rgb(var(--heat) / 62%); }
    footer { border-top: 1px solid var(--line); color: var(--muted); font-size: 0.85rem; }
    @media (max-width: 30rem) {
      .figures-of-merit { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
      .facts dd { margin-bottom: 0.6rem; }
      figure { padding: 0.5rem; }
    }
    @media print {
      :root {
        color-scheme: light;
        --page: #fff; --card: #fff; --ink: #000; --muted: #444; --line: #bbb;
        --grid: #ddd; --grid-strong: #999; --accent: #000;
        --s1: #1f6fd1; --s2: #d9580d; --s3: #2a8a4a; --s4: #8a3ab0;
      }
      body { max-width: none; padding: 0; font-size: 10pt; }
      nav { display: none; }
      .text { max-height: none; overflow: visible; }
      .text, .text * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      pre { white-space: pre-wrap; }
      h2, h3 { break-after: avoid; }
    }

    """
}
