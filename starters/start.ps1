# alliance_nlp for a colleague without Python, under Windows: makes its own environment in the user's folder once, then
# asks for the folder of a study, runs the main job, and opens the report. Works with PowerShell 5.1. See docs/without_python.md.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Continue' # what programs say beside their output is no error
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
$env:PYTHONUTF8 = '1'

$parts = $PSScriptRoot
$place = Join-Path $env:LOCALAPPDATA 'alliance_nlp'
$ready = Join-Path $place 'ready'
$log = Join-Path $place 'set_up.log'
$program = Join-Path $place 'env\Scripts\alliance-nlp.exe'
$language = 'en'
if ((Get-UICulture).Name -match '^(nb|nn|no)') { $language = 'nb' }

function Say([string]$english, [string]$norwegian) {
    Write-Host ''
    if ($language -eq 'nb') { Write-Host $norwegian } else { Write-Host $english }
}

function Fail([string]$english, [string]$norwegian) {
    Say "It did not work. $english" "Det gikk ikke. $norwegian"
    exit 2
}

function Test-Program {
    if (-not (Test-Path -LiteralPath $program)) { return $false }
    & $program --version *> $null
    return $LASTEXITCODE -eq 0
}

function Show-Reason { # says in plain words what the installer, whose own words stand above, met
    $said = Get-Content -LiteralPath $log
    if ($said -match 'no space left|not enough space|disk quota|os error (112|39)\b') {
        Fail 'The disk is full. Free 4 GB and start again; what was fetched is kept.' `
            'Disken er full. Frigjør 4 GB og start igjen; det som er hentet, er spart.'
    }
    if ($said -match 'dns error|failed to fetch|failed to download|error sending request|connect|timed out|network') {
        Fail 'The packages could not be fetched. Is there a network? Some networks of hospitals and universities block it: try another one, or ask for a copy with everything in it.' `
            'Pakkene lot seg ikke hente. Er det nettforbindelse? Noen nett på sykehus og universiteter sperrer: prøv et annet, eller be om en kopi med alt i.'
    }
    Fail "Send the file $log to whoever gave you this. No words of your study are in it." `
        "Send filen $log til den du fikk dette av. Det står ingen ord fra studien i den."
}

function Install-Program([string]$uv, [string]$wheel) {
    Say "First start: setting up in $place. It takes some minutes and 2 GB on the disk, once. You can go on with something else." `
        "Første start: installerer i $place. Det tar noen minutter og 2 GB på disken, bare denne ene gangen. Du kan gjøre noe annet imens."
    New-Item -ItemType Directory -Force -Path $place | Out-Null
    if (-not (Test-Path -LiteralPath $place)) {
        Fail "Nothing can be written into $place. Is the disk full, or the folder locked?" `
            "Det går ikke å skrive i $place. Er disken full, eller mappen låst?"
    }
    $drive = New-Object System.IO.DriveInfo ([System.IO.Path]::GetPathRoot($place))
    $free = [math]::Floor($drive.AvailableFreeSpace / 1e9)
    if ($drive.AvailableFreeSpace -lt 3.5e9) {
        Fail "The disk has $free GB free; setting up needs 4 GB. Free some and start again." `
            "Disken har $free GB ledig; installasjonen trenger 4 GB. Frigjør plass og start igjen."
    }
    $env:UV_CACHE_DIR = Join-Path $place 'cache'
    $env:UV_PYTHON_INSTALL_DIR = Join-Path $place 'python'
    $options = @()
    if (Test-Path -LiteralPath (Join-Path $parts 'wheels')) { $options = @('--no-index', '--find-links=wheels') }
    Set-Location -LiteralPath $parts # names without blanks: the installer reads them as requirements
    $environment = Join-Path $place 'env'
    & $uv venv --clear --python '>=3.11,<3.14' $environment 2>&1 | ForEach-Object { "$_" } |
        Tee-Object -FilePath $log | Write-Host
    $done = $LASTEXITCODE -eq 0
    if ($done) {
        & $uv pip install --python $environment @options --constraint constraints.txt `
            "./$wheel[offline,multilingual,report,formats,annotations,scripts]" 2>&1 | ForEach-Object { "$_" } |
            Tee-Object -FilePath $log | Write-Host
        $done = $LASTEXITCODE -eq 0
    }
    if (-not $done -or -not (Test-Program)) { Show-Reason }
    Remove-Item -Recurse -Force -LiteralPath $env:UV_CACHE_DIR, $log -ErrorAction SilentlyContinue
    Set-Content -LiteralPath $ready -Value $wheel -Encoding ASCII
    Say 'Set up.' 'Installert.'
}

$found = @(Get-ChildItem -LiteralPath $parts -Filter 'alliance_nlp-*.whl')
$uv = Join-Path $parts 'uv.exe'
if ($found.Count -eq 0 -or -not (Test-Path -LiteralPath $uv)) {
    Fail "Something is missing in the folder 'parts'. Unpack the whole archive first: right-click, Extract All." `
        "Noe mangler i mappen 'parts'. Pakk ut hele arkivet først: høyreklikk, Pakk ut alle."
}
$wheel = $found[0].Name
$made = if (Test-Path -LiteralPath $ready) { "$(Get-Content -LiteralPath $ready)".Trim() } else { '' }
if ($made -ne $wheel -or -not (Test-Program)) {
    Remove-Item -LiteralPath $ready -ErrorAction SilentlyContinue
    Install-Program $uv $wheel
}
& $program start --language $language @args
exit $LASTEXITCODE
